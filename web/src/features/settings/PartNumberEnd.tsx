import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { PART_NUMBERS } from '@/api/masters';
import type { PartNumber } from '@/api/types';
import { AskFirst } from '@/components/AskFirst';
import { Card } from '@/components/Card';
import { EditProblem } from '@/components/EditProblem';
import { Buttons } from '@/components/Form';
import { useEdit } from '@/components/useEdit';
import { partNumberQuery } from '@/features/settings/queries';

interface Props {
  part: PartNumber;
  onReload: () => void;
}

/** What becomes of a part that is made no more: it is retired or, where nothing was ever made for it, removed. */
export function PartNumberEnd({ part, onReload }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = `/api/part-numbers/${part.id}`;
  const retired = part.retired_at !== null;
  const retire = useEdit({
    path,
    send: (body: { retired: boolean }, header) =>
      client.PATCH('/api/part-numbers/{part}', { params: { path: { part: part.id }, header }, body }),
    onSaved: () => {
      remove.reset();
      return queries.invalidateQueries({ queryKey: [PART_NUMBERS] });
    },
  });
  const remove = useEdit({
    path,
    send: (_: null, header) => client.DELETE('/api/part-numbers/{part}', { params: { path: { part: part.id }, header } }),
    onSaved: async () => {
      await navigate({ to: '/settings/part-numbers' });
      queries.removeQueries({ queryKey: partNumberQuery(part.id).queryKey });
      await queries.invalidateQueries({ queryKey: [PART_NUMBERS] });
    },
  });
  return (
    <Card title={t('parts.end')} what={t(retired ? 'parts.retired_what' : 'parts.end_what')}>
      <EditProblem edit={retire} onReload={onReload} />
      <EditProblem edit={remove} onReload={onReload} />
      <Buttons>
        <Button variant="default" loading={retire.isPending} onClick={() => retire.save({ retired: !retired })}>
          {t(retired ? 'parts.reinstate' : 'parts.retire')}
        </Button>
        <AskFirst
          action={t('parts.remove_this', { number: part.number })}
          question={t('parts.remove_ask', { number: part.number })}
          what={t('parts.remove_means')}
          pending={remove.isPending}
          onYes={() => remove.save(null)}
        />
      </Buttons>
    </Card>
  );
}
