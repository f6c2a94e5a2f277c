import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { AnyRouter } from "@tanstack/react-router";
import { Start } from "./Start.tsx";
import { colorSchemeManager, cssVariablesResolver, theme } from "./theme/mantine.ts";

interface Props {
  readonly client: QueryClient;
  readonly router: AnyRouter;
  /** For Mantine: in a test nothing has a size and nothing moves. */
  readonly env?: "default" | "test";
}

/** The dashboard; whoever starts it brings memory and addresses. */
export function App({ client, router, env = "default" }: Props) {
  return (
    <MantineProvider
      env={env}
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <Start>
          <RouterProvider router={router} />
        </Start>
      </QueryClientProvider>
    </MantineProvider>
  );
}
