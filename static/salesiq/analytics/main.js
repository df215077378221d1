// The analytics pages: filters, saved views, refreshing without a jump.
import { wireFilters } from "./filters.js";
import { wireRefresh } from "./refresh.js";

wireFilters();
wireRefresh();
