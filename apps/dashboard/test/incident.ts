import { World } from "./world.ts";

/** A world to look at: prod is slow on one data plane, one of qa has stopped. */
export function incident(now: number): World {
  const world = new World({ prod: 2, dev: 1, qa: 2, "line-of-business-payments": 3 });
  world.plane("dp-prod-01").slowFrom = now - 840;
  world.plane("dp-qa-02").stoppedAt = now - 260;
  return world;
}

/** A world in which everything that can break on the way of a measurement is broken somewhere. */
export function broken(now: number): World {
  const world = new World({ prod: 4, dev: 2, qa: 3 });
  world.plane("dp-prod-01").cutAt = now - 1500;
  world.plane("dp-prod-02").apiStoppedAt = now - 190;
  world.plane("dp-prod-03").lacks = ["breakers", "host"];
  world.plane("dp-dev-01").apiStoppedAt = now - 45;
  world.plane("dp-qa-01").stoppedAt = now - 50;
  world.plane("dp-qa-02").isStranger = true;
  world.plane("dp-qa-03").lacks = ["requests", "latency", "sizes"];
  return world;
}

/** Sixteen environments, as many as fit a screen. */
export function many(now: number): World {
  const names = ["eu", "us", "ap", "sa"].flatMap((place) =>
    ["prod", "stage", "qa", "dev"].map((kind) => `${kind}-${place}`),
  );
  const world = new World(Object.fromEntries(names.map((name, index) => [name, 1 + (index % 5)])));
  world.plane("dp-stage-us-01").slowFrom = now - 840;
  world.plane("dp-qa-ap-01").failingFrom = now - 300;
  world.plane("dp-dev-sa-01").stoppedAt = now - 8000;
  world.empty.add("qa-eu");
  return world;
}

/** A thousand data planes, nine in ten of them in one environment; three hundred of that are cut off. */
export function thousand(now: number): World {
  const small = ["prod-us", "prod-ap", "prod-sa", "stage-eu", "stage-us", "stage-ap", "qa-eu"];
  const names = [...small, "qa-us", "qa-ap", "dev-eu"];
  const world = new World({
    "prod-eu": 900,
    ...Object.fromEntries(names.map((name) => [name, 9])),
    "dev-us": 10,
  });
  for (const plane of world.planes.slice(300, 600)) plane.cutAt = now - 900;
  world.plane("dp-prod-eu-17").slowFrom = now - 840;
  world.plane("dp-qa-us-03").failingFrom = now - 300;
  world.plane("dp-dev-us-04").lacks = ["cache"];
  return world;
}
