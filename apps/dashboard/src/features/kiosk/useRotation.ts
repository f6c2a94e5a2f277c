import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { View } from "../../view/selection.ts";
import { stopAfter, stopsOf } from "./stops.ts";
import type { Stop } from "./stops.ts";
import { useWellness } from "./useWellness.ts";

/**
 * Shows page after page, so many seconds each; returns the one that is shown. The environments are
 * those of the address at first, since Metrics show one at a time.
 */
export function useRotation(view: View, seconds: number): Stop {
  const [{ environments, areAll }] = useState(view);
  const [stop, setStop] = useState<Stop>(
    () => stopsOf(environments, areAll, () => true)[0] as Stop,
  );
  const navigate = useNavigate();
  const isWell = useWellness(environments);
  const stopsNow = useRef(() => stopsOf(environments, areAll, isWell));
  useEffect(() => {
    stopsNow.current = () => stopsOf(environments, areAll, isWell);
  });

  const { to, search, weight } = stop;
  useEffect(() => {
    void navigate({ to, search: { ...search, kiosk: seconds }, replace: true });
    const timer = setTimeout(
      () => setStop(stopAfter(stopsNow.current(), { to, search, weight })),
      seconds * weight * 1000,
    );
    return () => clearTimeout(timer);
  }, [to, search, weight, seconds, navigate]);
  return stop;
}
