import { Button } from "@mantine/core";
import { useState } from "react";
import { copyText } from "./copy-text.ts";

interface Props {
  /** What is copied, for those who hear it. */
  readonly label: string;
  readonly text: () => string;
}

/** Puts a text into the clipboard, and says so. */
export function CopyButton({ label, text }: Props) {
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      variant="default"
      size="compact-xs"
      aria-label={label}
      onClick={() => void copyText(text()).then(setCopied)}
    >
      {isCopied ? "Copied" : "Copy"}
    </Button>
  );
}
