import { expect, test } from "vitest";
import { classify } from "./warnings.ts";

const INFO = "PromQL info: metric might not be a counter";
const LOST = "receive series from Addr: 10.0.0.3:10901: connection refused";

test("a store that did not answer makes an answer partial, a remark on the query does not", () => {
  expect(classify([LOST, INFO, LOST], [INFO])).toEqual({ partial: [LOST], remarks: [INFO] });
});
