import { createTheme, localStorageColorSchemeManager } from "@mantine/core";
import type { CSSVariablesResolver } from "@mantine/core";

/** The key is also read by public/theme.js. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "sightline-theme" });

export const theme = createTheme({
  fontFamily: "var(--font-text)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "20px" },
  defaultRadius: "sm",
  radius: { sm: "6px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { styles: { label: { fontSize: "var(--text-secondary)", fontWeight: 500 } } },
    Popover: {
      styles: { dropdown: { background: "var(--panel)", borderColor: "var(--border)" } },
    },
  },
});

const surfaces = {
  "--mantine-color-body": "var(--page)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-default": "var(--panel)",
  "--mantine-color-default-hover": "var(--panel-hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--border)",
  "--mantine-color-placeholder": "var(--muted)",
};

/** Gives Mantine's own names to our tokens, so that both draw alike. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: surfaces,
  dark: surfaces,
});
