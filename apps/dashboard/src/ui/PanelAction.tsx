import { ActionIcon } from "@mantine/core";
import type { ActionIconProps, ElementProps } from "@mantine/core";

interface Props extends ActionIconProps, ElementProps<"button", keyof ActionIconProps> {
  /** The title of its panel, for those who hear it. */
  readonly panel: string;
  /** What it does. */
  readonly what: string;
  /** The same where the pointer rests on it, if more is to be said there. */
  readonly hint?: string;
}

/** A button in a panel's header: a glyph, and what it does in words. */
export function PanelAction({ panel, what, hint = what, ...rest }: Props) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`${panel}: ${what}`}
      title={hint}
      {...rest}
    />
  );
}
