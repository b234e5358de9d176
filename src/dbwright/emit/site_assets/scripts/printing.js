// On paper: the overview and every table, whichever page is on the screen. Drawn when asked for, gone afterwards.

const NOT_ON_PAPER = "#site-print :is(.fold, .choice, .anchor, #decisions, #ddl)";

function startPrinting() {
  window.addEventListener("beforeprint", drawForPrint);
  window.addEventListener("afterprint", () => replace(byId("site-print")));
}

function drawForPrint() {
  const kept = here;
  here = "#/overview";
  const parts = [h("article", {}, overviewPage().content)];
  for (const area of DATA.areas) {
    for (const name of area.tables) parts.push(h("article", {}, tablePage(name).content));
  }
  here = kept;
  replace(byId("site-print"), parts);
  for (const item of document.querySelectorAll(NOT_ON_PAPER)) item.remove();
  // Ids are for addresses on the screen; on paper the same ones would occur many times.
  for (const item of document.querySelectorAll("#site-print [id]")) item.removeAttribute("id");
}
