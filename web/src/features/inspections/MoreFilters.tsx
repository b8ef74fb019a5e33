import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
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
      <PartNumberField
        key={`part_number ${search.part_number ?? ''}`}
        value={search.part_number ?? ''}
        onCommit={(number) => choose('part_number', number)}
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
      <Field
        key={`defect ${search.defect ?? ''}`}
        type="text"
        label={t('inspections.defect')}
        value={search.defect ?? ''}
        onCommit={(kind) => choose('defect', kind)}
      />
      {score('lowest_score')}
      {score('highest_score')}
    </div>
  );
}

const OFFERED = 20;
const TYPED_MS = 200;

/** Any number may be typed; those of the plant that have what was typed in number or name are offered. */
function PartNumberField({ value, onCommit }: { value: string; onCommit: (number: string) => void }) {
  const { t } = useTranslation();
  const offers = useId();
  const [typed, setTyped] = useState('');
  const [find] = useDebouncedValue(typed.trim(), TYPED_MS);
  const found = useInfiniteQuery(partNumbersQuery({ find }, OFFERED));
  return (
    <>
      <Field
        type="text"
        label={t('live.part_number')}
        value={value}
        onCommit={onCommit}
        list={offers}
        placeholder={t('inspections.every_part_number')}
        onType={setTyped}
      />
      <datalist id={offers}>
        {found.data?.pages[0]?.items.map(({ number, name }) => (
          <option key={number} value={number}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}

interface FieldProps {
  type: 'text' | 'number' | 'datetime-local';
  label: string;
  value: string;
  onCommit: (text: string) => void;
  onType?: (text: string) => void;
  list?: string;
  placeholder?: string;
}

/** Takes effect when it is left or Enter is pressed: half a number is no filter. */
function Field({ type, label, value, onCommit, onType, ...rest }: FieldProps) {
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
      {...rest}
      onChange={(event) => onType?.(event.currentTarget.value)}
      onBlur={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget.value);
      }}
    />
  );
}
