import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { ConfigurationContext } from "./api/ConfigurationContext.ts";
import { refetchOnTick } from "./api/client.ts";
import { loadConfiguration } from "./api/configuration.ts";
import type { Loaded } from "./api/configuration.ts";
import { browser } from "./clock/browser.ts";
import { ClockContext } from "./clock/ClockContext.ts";
import { RefreshClock } from "./clock/refresh-clock.ts";
import { Notice } from "./ui/Notice.tsx";

/** Loads the configuration, and draws what needs it once it is there. */
export function Start({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["configuration"],
    queryFn: ({ signal }) => loadConfiguration(signal),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  if (data !== undefined) return <Started loaded={data}>{children}</Started>;
  if (error === null) return null;
  return (
    <Notice title="The dashboard cannot start" role="alert">
      <p>{error.message}</p>
      <Button onClick={() => void refetch()}>Try again</Button>
    </Notice>
  );
}

function Started({ loaded, children }: { loaded: Loaded; children: ReactNode }) {
  const { configuration, skew } = loaded;
  const client = useQueryClient();
  const clock = useMemo(
    () => new RefreshClock(browser(skew), configuration.scrape_interval_seconds),
    [skew, configuration],
  );
  useEffect(() => refetchOnTick(client, clock), [client, clock]);
  return (
    <ConfigurationContext value={configuration}>
      <ClockContext value={clock}>{children}</ClockContext>
    </ConfigurationContext>
  );
}
