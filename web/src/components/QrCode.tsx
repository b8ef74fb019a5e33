import { useMemo } from 'react';
import { qrCode } from '@/lib/qr';
import classes from '@/components/QrCode.module.css';

/** The margin that scanners need around it. */
const QUIET = 4;

/** Always dark on white, whatever the theme: scanners expect it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const modules = useMemo(() => qrCode(text), [text]);
  const size = modules.length + 2 * QUIET;
  const path = modules
    .flatMap((row, down) => row.map((dark, along) => (dark ? `M${along + QUIET} ${down + QUIET}h1v1h-1z` : '')))
    .join('');
  return (
    <svg className={classes.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
