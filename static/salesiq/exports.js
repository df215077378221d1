// The export menu takes along the filters that the address has when it is used, not those the page was loaded with.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-with-filters]");
  if (!link) return;
  const query = new URLSearchParams(location.search);
  if (link.dataset.withFilters) query.set("kind", link.dataset.withFilters);
  link.search = query.toString();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-with-filters]")) event.target.elements.query.value = location.search.slice(1);
});
