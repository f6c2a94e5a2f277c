// Sets the theme before the first paint. A file, since the content security policy allows no
// inline script; Mantine reads and writes the same key.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("sightline-theme");
  } catch {
    // Without storage the system decides.
  }
  if (chosen !== "light" && chosen !== "dark") {
    chosen = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", chosen);
})();
