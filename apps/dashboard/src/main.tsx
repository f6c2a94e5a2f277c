import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/base.css";
import "./theme/media.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeClient } from "./api/client.ts";
import { App } from "./App.tsx";
import { reloadOnMissingParts } from "./reload.ts";
import { router } from "./routes/router.ts";

reloadOnMissingParts(window, sessionStorage, () => location.reload());

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App client={makeClient()} router={router} />
  </StrictMode>,
);
