// Light or dark as the system has it, until somebody chooses. Storage may be refused on file://: then it is not kept.

const THEME_KEY = "dbwright-theme";

function readTheme() {
  try {
    return window.localStorage.getItem(THEME_KEY) || "";
  } catch {
    return "";
  }
}

function keepTheme(theme) {
  try {
    window.localStorage.setItem(THEME_KEY, theme);
  } catch {
    // The choice lasts as long as the page.
  }
}

function isDark() {
  const set = document.documentElement.dataset.theme;
  return set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  keepTheme(theme);
}

function startTheme() {
  const kept = readTheme();
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  byId("site-theme").addEventListener("click", toggleTheme);
}
