// Lays a .gz beside each text below a directory. Node's own zlib, pinned like Node itself, gives
// the same bytes on every machine.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [directory] = process.argv.slice(2);
for (const name of globSync("**/*.{css,html,js,json,svg,txt}", { cwd: directory })) {
  const path = join(directory, name);
  const packed = gzipSync(readFileSync(path), { level: 9 });
  packed[9] = 255; // made by an unknown operating system
  writeFileSync(`${path}.gz`, packed);
}
