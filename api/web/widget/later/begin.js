Object.assign(ENGLISH, LATER_ENGLISH);
Object.assign(ICONS, {
  back: "M19 12H5M12 5l-7 7 7 7",
  out: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
  filter: "M4 6h16M7 12h10M10 18h4",
});
sheet.replaceSync(STYLE + LATER_STYLE);
/** @type {(later: Later) => void} */ (RESOLVE)({ Drawer, offerFilters });
