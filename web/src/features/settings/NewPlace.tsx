import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Place } from '@/api/types';
import { Form, Said } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { kindsBelow, type PlaceKind } from '@/components/places';
import { OWN_ZONE, ZoneField } from '@/features/settings/ZoneField';

interface Props {
  /** Null: at the top. */
  parent: Place | null;
  onDone?: () => void;
  onCancel?: () => void;
}

/** A place right under another one. The form stays, ready for the next of them. */
export function NewPlace({ parent, onDone, onCancel }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const kinds = kindsBelow(parent?.kind ?? null);
  const [kind, setKind] = useState<PlaceKind>(kinds[0] ?? 'station');
  const [name, setName] = useState('');
  const [zone, setZone] = useState(OWN_ZONE);
  const field = useRef<HTMLInputElement>(null);
  const add = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/places', {
          body: { kind, name, parent: parent?.id ?? null, timezone: kind === 'site' ? zone : null },
        }),
      ),
    onSuccess: async (place) => {
      setName('');
      await queries.invalidateQueries();
      if (parent === null) await navigate({ to: '/settings/places', search: { place: place.id } });
      else field.current?.focus();
      onDone?.();
    },
  });
  return (
    <Form
      action={t('places.add')}
      quiet={parent !== null}
      pending={add.isPending}
      onSubmit={() => add.mutate()}
      {...(onCancel === undefined ? {} : { onCancel })}
    >
      {kinds.length > 1 && (
        <NativeSelect
          label={t('places.what_kind')}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as PlaceKind)}
          data={kinds.map((one) => ({ value: one, label: t(`places.kind.${one}`) }))}
        />
      )}
      <TextInput
        ref={field}
        label={kinds.length > 1 ? t('places.name') : t('places.name_of', { kind: t(`places.kind.${kind}`) })}
        required
        withAsterisk={false}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {kind === 'site' && <ZoneField value={zone} onChange={setZone} />}
      {add.error !== null && <ProblemNotice error={add.error} />}
      {add.isSuccess && name === '' && (
        <Said>{t('places.added', { name: add.data.name })}</Said>
      )}
    </Form>
  );
}
