import type { DefectRegion } from '@/api/types';

interface Size {
  width: number;
  height: number;
}

/** A frame a little outside the region, so that its line hides no defect; never outside the picture. */
export function regionOutline(region: DefectRegion, picture: Size) {
  const margin = Math.max(3, 0.012 * Math.max(picture.width, picture.height));
  const left = Math.max(1, region.x - margin);
  const top = Math.max(1, region.y - margin);
  const right = Math.min(picture.width - 1, region.x + region.width + margin);
  const bottom = Math.min(picture.height - 1, region.y + region.height + margin);
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}
