import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DefectRegion, InspectionItem, Verdict } from '@/api/types';
import { NoReadIcon } from '@/components/icons';
import { regionOutline } from '@/components/regions';
import classes from '@/components/PartImage.module.css';

interface Props {
  verdict: Verdict;
  images: InspectionItem['images'];
  /** What the picture shows, for someone who cannot see it. */
  alt: string;
  /** 0 to 1. */
  heat: number;
  regions?: readonly DefectRegion[];
  /** Shown larger than the stage, to be scrolled; opens at the first region. */
  zoomed?: boolean;
}

/** The frame with its heat map laid over it. A picture that has not come up from the gateway yet says so. */
export function PartImage({ verdict, images, alt, heat, regions = [], zoomed = false }: Props) {
  const { t } = useTranslation();
  const frame = images.find((image) => image.role === 'frame');
  const overlay = images.find((image) => image.role === 'heat');
  const [size, setSize] = useState<{ url: string; width: number; height: number } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const focus = regions[0];
  useLayoutEffect(() => {
    const shown = stage.current;
    if (!zoomed || shown === null || size === null) return;
    const x = focus === undefined ? 0.5 : (focus.x + focus.width / 2) / size.width;
    const y = focus === undefined ? 0.5 : (focus.y + focus.height / 2) / size.height;
    shown.scrollTo(x * shown.scrollWidth - shown.clientWidth / 2, y * shown.scrollHeight - shown.clientHeight / 2);
  }, [zoomed, focus, size]);

  if (frame === undefined) return <Missing text={t(verdict === 'no_read' ? 'image.none' : 'image.not_kept')} />;
  if (!frame.available) return <Missing text={t('image.on_gateway')} />;
  if (failed === frame.url) return <Missing text={t('image.unreadable')} />;
  const known = size?.url === frame.url ? size : null;
  return (
    <div
      ref={stage}
      className={classes.stage}
      // Arrows scroll it.
      tabIndex={zoomed ? 0 : undefined}
      data-zoomed={zoomed || undefined}
      data-loaded={known !== null || undefined}
    >
      <div className={classes.fit} style={known === null ? undefined : { aspectRatio: `${known.width} / ${known.height}` }}>
        <img
          className={classes.layer}
          src={frame.url}
          alt={alt}
          draggable={false}
          onLoad={(event) => {
            const { naturalWidth: width, naturalHeight: height } = event.currentTarget;
            setSize({ url: frame.url, width, height });
          }}
          onError={() => setFailed(frame.url)}
        />
        {overlay?.available === true && (
          <img className={classes.layer} src={overlay.url} alt="" draggable={false} style={{ opacity: heat }} />
        )}
        {known !== null && regions.length > 0 && (
          <svg className={classes.layer} viewBox={`0 0 ${known.width} ${known.height}`} aria-hidden="true">
            {regions.map((region, index) => {
              const box = regionOutline(region, known);
              return (
                <g key={index} data-below-threshold={region.below_threshold || undefined}>
                  <rect {...box} className={classes.halo} />
                  <rect {...box} className={classes.region} />
                </g>
              );
            })}
          </svg>
        )}
      </div>
    </div>
  );
}

function Missing({ text }: { text: string }) {
  return (
    <div className={classes.missing}>
      <NoReadIcon />
      <p>{text}</p>
    </div>
  );
}
