// The analytics pages: filters, charts, refreshing without a jump.
import { wireCharts } from "./charts.js";
import { wireFilters } from "./filters.js";
import { wireRefresh } from "./refresh.js";

if (document.getElementById("filters-form")) wireFilters();
wireCharts();
if (document.getElementById("content")) wireRefresh();
