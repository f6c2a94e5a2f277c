import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const THEMES = {
  auto: { Icon: IconDeviceDesktop, next: "light", name: "as the system" },
  light: { Icon: IconSun, next: "dark", name: "light" },
  dark: { Icon: IconMoon, next: "auto", name: "dark" },
} as const;

/** Goes from theme to theme: as the system, light, dark. */
export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { Icon, next, name } = THEMES[colorScheme];
  const label = `Theme: ${name}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={label}
        onClick={() => setColorScheme(next)}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
