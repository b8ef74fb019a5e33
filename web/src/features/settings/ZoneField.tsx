import { TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useClockface } from '@/components/useClockface';
import { useNow } from '@/lib/now';
import { minuteOfDay, weekday, zoneName } from '@/lib/time';

/** What a new site begins with. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = Intl.supportedValuesOf('timeZone');

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The clock of a site, with the time that it shows now: the surest way to see that it is the right one. */
export function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const { t } = useTranslation();
  const list = useId();
  const now = useNow();
  const face = { ...useClockface(), zone: value };
  const known = isZone(value);
  return (
    <>
      <TextInput
        label={t('places.zone')}
        list={list}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        {...(known
          ? { description: t('places.zone_now', { time: `${weekday(face, now)}, ${minuteOfDay(face, now)}`, zone: zoneName(face, now) }) }
          : { error: t('places.zone_unknown') })}
      />
      <datalist id={list}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
