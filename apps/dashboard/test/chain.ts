import { FAMILY_NAMES } from "../src/lib/promql/chain.ts";
import type { Point } from "./answers.ts";
import type { Plane, World } from "./world.ts";

/** The ports of a data plane's two targets: its metrics, and its collector's own. */
const PORTS = [8889, 8888];
const REFUSED_SECONDS = 0.0006;
const WAITED_SECONDS = 8;
const LOOK_BACK = 300;

/** What an expression of the chain comes to at a time, undefined for any other. */
export function chainAt(
  world: World,
  expression: string,
  chosen: readonly Plane[],
  time: number,
): Point[] | undefined {
  const scraped = chosen.filter((plane) => isScraped(world, plane, time));
  const answering = scraped.filter((plane) => world.isAnswering(plane, time));
  const scrapedAt = Math.min(time, world.scrapesEndedAt ?? Infinity) - 3;
  if (expression === "max(timestamp(up))") {
    return time - scrapedAt > LOOK_BACK ? [] : [{ labels: {}, value: scrapedAt }];
  }
  if (expression.startsWith("up{")) {
    return perTarget(scraped, (plane) => Number(world.isAnswering(plane, time)));
  }
  if (expression.startsWith("timestamp(up{")) return perTarget(scraped, () => scrapedAt);
  if (expression.startsWith("scrape_duration_seconds{")) {
    return perTarget(scraped, (plane) => tookSeconds(world, plane, time));
  }
  if (expression.startsWith("scrape_samples_scraped{")) {
    return perTarget(scraped, (plane) => (world.isAnswering(plane, time) ? 900 : 0));
  }
  if (expression.startsWith("data_plane:expected{")) {
    return perPlane(
      chosen.filter(({ isStranger }) => !isStranger),
      () => 1,
    );
  }
  if (expression.includes("otelcol_receiver_accepted_metric_points")) {
    return perPlane(answering, ({ apiStoppedAt = Infinity }) => {
      const at = Math.min(time - 4, apiStoppedAt);
      return time - at > LOOK_BACK ? 0 : at;
    });
  }
  if (expression.includes("max_over_time((timestamp(up{")) {
    return perPlane(chosen, (plane) => world.answeredUntil(plane, time));
  }
  return expression.startsWith("label_replace(") ? families(world, answering, time) : undefined;
}

function isScraped(world: World, { environment }: Plane, time: number): boolean {
  return !world.empty.has(environment) && time - (world.scrapesEndedAt ?? time) <= LOOK_BACK;
}

function tookSeconds(world: World, plane: Plane, time: number): number {
  if (world.isAnswering(plane, time)) return 0.011;
  return plane.cutAt === undefined ? REFUSED_SECONDS : WAITED_SECONDS;
}

function families(world: World, answering: readonly Plane[], time: number): Point[] {
  return answering.flatMap((plane) => {
    const all = world.isSending(plane, time) ? FAMILY_NAMES : (["host"] as const);
    const there = all.filter((family) => !plane.lacks?.includes(family));
    return there.map((family) => ({ labels: { ...namesOf(plane), family }, value: time - 3 }));
  });
}

function perPlane(planes: readonly Plane[], value: (plane: Plane) => number): Point[] {
  return planes.map((plane) => ({ labels: namesOf(plane), value: value(plane) }));
}

function perTarget(planes: readonly Plane[], value: (plane: Plane) => number): Point[] {
  return planes.flatMap((plane, place) =>
    PORTS.map((port) => ({
      labels: { ...namesOf(plane), instance: `192.168.56.${21 + place}:${port}` },
      value: value(plane),
    })),
  );
}

function namesOf({ environment, id }: Plane) {
  return { environment, data_plane_id: id };
}
