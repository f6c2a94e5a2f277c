const KEY = "sightline-keys";

/** Whether keys without Ctrl do something; who speaks to a computer, or types by accident, may not want it. */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true; // without storage nobody can have turned them off
  }
}

/** Remembers it in this browser, if that can be. */
export function rememberSingleKeys(areOn: boolean): void {
  try {
    if (areOn) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // It holds until the page is loaded again.
  }
}
