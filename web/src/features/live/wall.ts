import type { CSSProperties } from 'react';

/** Of a tile, width to height, on a screen that is held upright. */
const TILE = 2.5;

/** How many of `count` tiles stand beside each other where all of them share one screen: see `Wall.module.css`. */
export function wallColumns(count: number): CSSProperties {
  return {
    '--columns': Math.ceil(Math.sqrt(count)),
    '--columns-upright': Math.max(1, Math.round(Math.sqrt(count / TILE))),
  } as CSSProperties;
}
