import { Button } from "@mantine/core";
import { Component } from "react";
import type { ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
}

/** Keeps a mistake of ours inside its panel, and says so. */
export class ErrorBoundary extends Component<Props, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div role="alert">
        <p>This part of the page broke: {error.message}</p>
        <Button variant="default" size="xs" onClick={() => this.setState({ error: undefined })}>
          Draw it again
        </Button>
      </div>
    );
  }
}
