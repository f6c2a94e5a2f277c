import { createContext, useContext } from "react";
import type { Configuration } from "./configuration.ts";

export const ConfigurationContext = createContext<Configuration | undefined>(undefined);

/** The configuration; pages are drawn only once it is there. */
export function useConfiguration(): Configuration {
  const configuration = useContext(ConfigurationContext);
  if (configuration === undefined) throw new Error("there is no configuration around this");
  return configuration;
}
