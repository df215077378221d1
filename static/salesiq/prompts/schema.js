// The form of an answer as a table of fields. The JSON Schema beside it is what counts; where it says more than the
// table can show, the table steps back.
import { made } from "./editor.js";

const PLAIN = ["string", "number", "integer", "boolean"];
const KNOWN = { top: ["type", "properties", "required", "additionalProperties"], field: ["type", "description", "enum", "items"] };

export function wireSchema(form, changed) {
  const type = form.querySelector("[data-response-type]");
  const area = form.querySelector("[data-schema]");
  const text = area.querySelector("[data-schema-text]");
  const builder = area.querySelector("[data-builder]");
  const list = area.querySelector("[data-properties]");
  const labels = area.querySelector("[data-labels]");
  const labelList = area.querySelector("[data-label-list]");
  const tooMuch = area.querySelector("[data-too-much]");

  const parsed = () => {
    try {
      return text.value.trim() ? JSON.parse(text.value) : null;
    } catch {
      return undefined;
    }
  };

  function show() {
    const schema = parsed();
    const isObject = type.value === "json";
    const isLabel = type.value === "label";
    const rows = isObject ? toRows(schema) : null;
    const names = isLabel ? toLabels(schema) : null;
    builder.hidden = !rows;
    labels.hidden = !names;
    tooMuch.hidden = !((isObject && !rows) || (isLabel && !names)) || schema === undefined;
    area.hidden = type.value === "text" && !text.value.trim();
    if (rows) list.replaceChildren(...rows.map(row));
    if (names) labelList.value = names.join("\n");
  }

  function row(of) {
    const item = made("new-property", "");
    item.querySelector("[data-property-name]").value = of.name;
    item.querySelector("[data-property-type]").value = of.type;
    item.querySelector("[data-property-more]").value = of.more;
    item.querySelector("[data-property-required]").checked = of.required;
    hint(item);
    return item;
  }

  function hint(item) {
    const more = item.querySelector("[data-property-more]");
    const chooses = item.querySelector("[data-property-type]").value === "enum";
    more.placeholder = chooses ? more.dataset.choose : more.dataset.describe;
  }

  function write(schema) {
    text.value = schema === null ? "" : JSON.stringify(schema, null, 2);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    changed();
  }

  const read = () => toSchema(
    [...list.children].map((item) => ({
      name: item.querySelector("[data-property-name]").value.trim(),
      type: item.querySelector("[data-property-type]").value,
      more: item.querySelector("[data-property-more]").value.trim(),
      required: item.querySelector("[data-property-required]").checked,
    })),
  );

  builder.addEventListener("input", (event) => {
    const item = event.target.closest("[data-property]");
    if (item) hint(item);
    write(read());
  });
  builder.addEventListener("click", (event) => {
    if (event.target.closest("[data-property-add]")) {
      list.append(row({ name: "", type: "string", more: "", required: true }));
      list.lastElementChild.querySelector("[data-property-name]").focus();
    } else if (event.target.closest("[data-property-remove]")) {
      event.target.closest("[data-property]").remove();
      write(read());
      builder.querySelector("[data-property-add]").focus();
    }
  });
  labelList.addEventListener("input", () => {
    const names = labelList.value.split("\n").map((each) => each.trim()).filter(Boolean);
    write(names.length ? { type: "string", enum: names } : null);
  });
  text.addEventListener("change", show);
  type.addEventListener("change", show);
  show();
}

export function toRows(schema) {
  if (schema === null) return [];
  if (schema === undefined || schema.type !== "object") return null;
  if (Object.keys(schema).some((key) => !KNOWN.top.includes(key))) return null;
  const needed = schema.required ?? [];
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    if (Object.keys(field).some((key) => !KNOWN.field.includes(key))) return null;
    const required = needed.includes(name);
    if (Array.isArray(field.enum)) {
      const simple = !field.description && field.enum.every((each) => typeof each === "string" && !each.includes(","));
      return simple ? { name, type: "enum", more: field.enum.join(", "), required } : null;
    }
    if (field.type === "array") {
      const simple = field.items && Object.keys(field.items).length === 1 && field.items.type === "string";
      return simple ? { name, type: "strings", more: field.description ?? "", required } : null;
    }
    return PLAIN.includes(field.type) ? { name, type: field.type, more: field.description ?? "", required } : null;
  });
  return rows.includes(null) ? null : rows;
}

export function toSchema(rows) {
  const named = rows.filter((each) => each.name);
  if (!named.length) return null;
  const properties = {};
  for (const { name, type, more } of named) {
    const said = more ? { description: more } : {};
    if (type === "enum") properties[name] = { type: "string", enum: more.split(",").map((each) => each.trim()).filter(Boolean) };
    else if (type === "strings") properties[name] = { type: "array", items: { type: "string" }, ...said };
    else properties[name] = { type, ...said };
  }
  return { type: "object", properties, required: named.filter((each) => each.required).map((each) => each.name), additionalProperties: false };
}

function toLabels(schema) {
  if (schema === null) return [];
  const simple = schema && Array.isArray(schema.enum) && Object.keys(schema).every((key) => ["type", "enum"].includes(key));
  return simple && schema.enum.every((each) => typeof each === "string") ? schema.enum : null;
}
