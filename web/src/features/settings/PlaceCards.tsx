import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Place } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { useFigures } from '@/components/useFigures';
import { Card } from '@/features/settings/Card';
import { NewPlace } from '@/features/settings/NewPlace';
import { kindsBelow, newHomes, oeeTargetOf, placeChoices } from '@/features/settings/places';
import { ZoneField } from '@/features/settings/ZoneField';
import { TARGETS } from '@/lib/targets';
import forms from '@/features/settings/Form.module.css';

interface Props {
  place: Place;
  places: readonly Place[];
}

/** What one place is, what is added below it, and its end. */
export function PlaceCards({ place, places }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Edit place={place} places={places} />
      {kindsBelow(place.kind).length > 0 && (
        <Card title={t('places.add_below')} what={t('places.add_below_what', { name: place.name })}>
          <NewPlace parent={place} />
        </Card>
      )}
      <Removal place={place} />
    </>
  );
}

function Edit({ place, places }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(place.name);
  const [parent, setParent] = useState(place.parent);
  const [zone, setZone] = useState(place.timezone ?? '');
  const [target, setTarget] = useState(place.oee_target);
  const change = useMutation({
    mutationFn: () =>
      answer(
        client.PATCH('/api/places/{place}', {
          params: { path: { place: place.id } },
          body: {
            name,
            oee_target: target,
            ...(parent === place.parent ? {} : { parent }),
            ...(place.kind === 'site' ? { timezone: zone } : {}),
          },
        }),
      ),
    // Names and zones of places stand on every page.
    onSuccess: () => queries.invalidateQueries(),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const homes = newHomes(places, place);
  const paths = new Map(placeChoices(places).map((choice) => [choice.id, choice.path]));
  return (
    <Card title={place.name} what={`${t(`places.kind.${place.kind}`)} · ${paths.get(place.id) ?? place.name}`}>
      <form className={forms.form} onSubmit={submit}>
        <TextInput
          label={t('places.name')}
          required
          withAsterisk={false}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {place.kind === 'site' && (
          <>
            <ZoneField value={zone} onChange={setZone} />
            {zone !== place.timezone && <p className={forms.done}>{t('places.zone_consequence')}</p>}
          </>
        )}
        {homes.length > 0 && place.parent !== null && (
          <NativeSelect
            label={t('places.under')}
            size="md"
            value={parent ?? ''}
            onChange={(event) => setParent(event.currentTarget.value)}
            data={homes.map((home) => ({ value: home.id, label: paths.get(home.id) ?? home.name }))}
          />
        )}
        <TargetField place={place} places={places} value={target} onChange={setTarget} />
        {change.error !== null && <ProblemNotice error={change.error} />}
        {change.isSuccess && (
          <p className={forms.done} role="status">
            {t('places.saved')}
          </p>
        )}
        <div className={forms.buttons}>
          <Button type="submit" loading={change.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

interface TargetProps extends Props {
  value: number | null;
  onChange: (target: number | null) => void;
}

/** In percent; empty: what holds above, which is told. */
function TargetField({ place, places, value, onChange }: TargetProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [text, setText] = useState(value === null ? '' : String(Number((value * 100).toFixed(2))));
  const above = place.parent === null ? undefined : oeeTargetOf(places, place.parent);
  const otherwise =
    above === undefined
      ? t('places.target_customary', { target: figures.percent(TARGETS.oee) })
      : t('places.target_above', { target: figures.percent(above.target), name: above.from.name });
  return (
    <TextInput
      type="number"
      label={t('places.target')}
      description={value === null ? otherwise : t('places.target_own')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={1}
      max={100}
      step={0.1}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const percent = event.currentTarget.valueAsNumber;
        onChange(Number.isNaN(percent) ? null : percent / 100);
      }}
    />
  );
}

function Removal({ place }: { place: Place }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => answer(client.DELETE('/api/places/{place}', { params: { path: { place: place.id } } })),
    onSuccess: async () => {
      await navigate({ to: '/settings/places', search: place.parent === null ? {} : { place: place.parent } });
      await queries.invalidateQueries();
    },
  });
  return (
    <Card title={t('places.remove')} what={t('places.remove_what')}>
      {remove.error !== null && <ProblemNotice error={remove.error} />}
      <div className={forms.buttons}>
        <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('places.remove_this', { name: place.name })}
        </Button>
      </div>
    </Card>
  );
}
