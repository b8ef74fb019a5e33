import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import { placeChoices } from '@/components/places';
import classes from '@/features/inspections/Filters.module.css';

interface Props {
  value: string | undefined;
  onChoose: (place: string) => void;
}

/** Every place that the reader sees, wherever in the tree that begins. */
export function PlaceFilter({ value, onChoose }: Props) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  return (
    <NativeSelect
      className={classes.place ?? ''}
      aria-label={t('inspections.place')}
      value={value ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={[
        { value: '', label: t('inspections.every_place') },
        ...placeChoices(places.data?.items ?? []).map(({ id, path }) => ({ value: id, label: path })),
      ]}
    />
  );
}
