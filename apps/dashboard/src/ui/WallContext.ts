import { createContext, useContext } from "react";

/** Whether the page hangs on a wall: what does not fit on the screen is not seen. */
export const WallContext = createContext(false);

export function useIsWall(): boolean {
  return useContext(WallContext);
}
