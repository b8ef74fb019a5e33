import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { partNumbersQuery } from '@/api/masters';
import { useClockface } from '@/components/useClockface';
import { instantOf, wallTime } from '@/lib/time';
import { modelsQuery } from '@/features/inspections/queries';
import { MODES, type InspectionSearch } from '@/features/inspections/search';
import classes from '@/features/inspections/Filters.module.css';

interface Props {
  search: InspectionSearch;
  choose: <Name extends keyof InspectionSearch>(name: Name, value: InspectionSearch[Name] | '') => void;
}

/** The filters that are needed now and then. Times are the site's. */
export function MoreFilters({ search, choose }: Props) {
  const { t } = useTranslation();
  const face = useClockface();
  const partNumbers = useQuery(partNumbersQuery);
  const models = useQuery(modelsQuery);
  const instant = (name: 'from' | 'to') => {
    const at = search[name];
    return (
      <Field
        key={`${name} ${at ?? ''}`}
        type="datetime-local"
        label={t(`inspections.${name}`)}
        value={at === undefined ? '' : wallTime(face, at)}
        onCommit={(wall) => choose(name, wall === '' ? '' : (instantOf(face, wall) ?? ''))}
      />
    );
  };
  const score = (name: 'lowest_score' | 'highest_score') => (
    <Field
      key={`${name} ${search[name] ?? ''}`}
      type="number"
      label={t(`inspections.${name}`)}
      value={String(search[name] ?? '')}
      onCommit={(text) => choose(name, text === '' || Number.isNaN(Number(text)) ? '' : Number(text))}
    />
  );
  return (
    <div className={classes.more}>
      {instant('from')}
      {instant('to')}
      <NativeSelect
        label={t('live.mode')}
        value={search.mode ?? ''}
        onChange={(event) => choose('mode', event.currentTarget.value as InspectionSearch['mode'] | '')}
        data={[
          { value: '', label: t('inspections.every_mode') },
          ...MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}`) })),
        ]}
      />
      <NativeSelect
        label={t('live.part_number')}
        value={search.part_number ?? ''}
        onChange={(event) => choose('part_number', event.currentTarget.value)}
        data={[
          { value: '', label: t('inspections.every_part_number') },
          ...(partNumbers.data?.items ?? []).map(({ number, name }) => ({
            value: number,
            label: name === '' ? number : `${number} · ${name}`,
          })),
        ]}
      />
      <NativeSelect
        label={t('facts.model')}
        value={search.model ?? ''}
        onChange={(event) => choose('model', event.currentTarget.value)}
        data={[
          { value: '', label: t('inspections.every_model') },
          ...(models.data ?? []).map(({ id, name, part_number }) => ({ value: id, label: `${name} · ${part_number}` })),
        ]}
      />
      {score('lowest_score')}
      {score('highest_score')}
      <Field
        key={`defect ${search.defect ?? ''}`}
        type="text"
        label={t('inspections.defect')}
        value={search.defect ?? ''}
        onCommit={(kind) => choose('defect', kind)}
      />
    </div>
  );
}

interface FieldProps {
  type: 'text' | 'number' | 'datetime-local';
  label: string;
  value: string;
  onCommit: (text: string) => void;
}

/** Takes effect when it is left or Enter is pressed: half a number is no filter. */
function Field({ type, label, value, onCommit }: FieldProps) {
  const commit = (text: string) => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextInput
      type={type}
      label={label}
      step={type === 'number' ? 'any' : undefined}
      defaultValue={value}
      maxLength={200}
      onBlur={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget.value);
      }}
    />
  );
}
