import '@mantine/core/styles/Slider.layer.css';
import { Slider } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { RegionsIcon, ZoomIcon } from '@/components/icons';
import { Key } from '@/components/Key';
import { PartImage } from '@/components/PartImage';
import { useKeys } from '@/features/inspections/useKeys';
import classes from '@/features/inspections/Stage.module.css';

const HEAT_AT_FIRST = 55;

/** The picture, as large as the screen allows, with what the model saw laid over it. */
export function Stage({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const [heat, setHeat] = useState(HEAT_AT_FIRST);
  const [regions, setRegions] = useState(true);
  const [zoomed, setZoomed] = useState(false);
  useKeys({
    h: () => setHeat((value) => (value > 0 ? 0 : HEAT_AT_FIRST)),
    r: () => setRegions((shown) => !shown),
    z: () => setZoomed((value) => !value),
  });
  const isBelow = part.defects.some((region) => region.below_threshold);
  const hasHeat = part.images.some((image) => image.role === 'heat' && image.available);
  return (
    <div className={classes.stage}>
      <div className={classes.picture}>
        <PartImage
          verdict={part.verdict}
          images={part.images}
          alt={t('image.alt', { sequence: part.sequence })}
          heat={heat / 100}
          regions={regions ? part.defects : []}
          zoomed={zoomed}
        />
      </div>
      <div className={classes.tools}>
        <div className={classes.heat} data-off={!hasHeat || undefined}>
          <span id="heat-label">{t('inspection.heat')}</span>
          <Key>H</Key>
          <Slider
            className={classes.slider ?? ''}
            value={heat}
            onChange={setHeat}
            disabled={!hasHeat}
            thumbProps={{ 'aria-labelledby': 'heat-label' }}
            thumbValueText={(value) => `${value} %`}
          />
          <span className={classes.share}>{hasHeat ? `${heat} %` : t('inspection.no_heat')}</span>
        </div>
        <Toggle on={regions && part.defects.length > 0} disabled={part.defects.length === 0} onPress={() => setRegions(!regions)} keyName="R">
          <RegionsIcon />{' '}
          {isBelow ? t('inspection.strongest_place') : t('inspection.regions', { count: part.defects.length })}
        </Toggle>
        <Toggle on={zoomed} onPress={() => setZoomed(!zoomed)} keyName="Z">
          <ZoomIcon /> {t('inspection.zoom')}
        </Toggle>
      </div>
    </div>
  );
}

interface ToggleProps {
  on: boolean;
  /** There is nothing to show. */
  disabled?: boolean;
  onPress: () => void;
  keyName: string;
  children: React.ReactNode;
}

function Toggle({ on, disabled = false, onPress, keyName, children }: ToggleProps) {
  return (
    <button
      type="button"
      className={classes.toggle}
      disabled={disabled}
      aria-pressed={on}
      aria-keyshortcuts={keyName}
      onClick={onPress}
    >
      {children} <Key>{keyName}</Key>
    </button>
  );
}
