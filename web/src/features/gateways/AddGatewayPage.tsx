import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { placesQuery } from '@/api/masters';
import { Card } from '@/components/Card';
import { Form } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useMay } from '@/components/useMay';
import { useMakeClaim } from '@/features/gateways/useMakeClaim';

/** Its name and its site; the page of the new gateway then shows how to join. */
export function AddGatewayPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('gateways.add')} up={[<Link key="gateways" to="/gateways">{t('gateways.title')}</Link>]} />
      <Card title={t('gateways.add_which')} what={t('gateways.add_what')}>
        <NewGateway />
      </Card>
    </>
  );
}

function NewGateway() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useMay();
  const places = useQuery(placesQuery);
  const sites = may.sites('configure');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string>();
  const site = chosen ?? sites[0]?.id;
  const claim = useMakeClaim();
  const mayClaim = site !== undefined && may.at('administer', site);
  const add = useMutation({
    mutationFn: (to: string) => answer(client.POST('/api/gateways', { body: { name, site: to } })),
    onSuccess: async (gateway) => {
      // Where the code cannot be made, the page of the gateway says so and offers it again.
      if (mayClaim) await claim.mutateAsync(gateway).catch(() => undefined);
      await queries.invalidateQueries({ queryKey: ['gateways', 'all'] });
      await navigate({ to: '/gateways/$id', params: { id: gateway.id }, replace: true });
    },
  });
  const submit = () => {
    if (site !== undefined) add.mutate(site);
  };
  if (places.error !== null && places.data === undefined) {
    return <ProblemNotice error={places.error} onRetry={() => void places.refetch()} />;
  }
  if (places.isSuccess && sites.length === 0) {
    return <p>{t(may.everywhere('configure') ? 'gateways.no_site' : 'gateways.empty.not_yours')}</p>;
  }
  return (
    <Form
      action={t('gateways.add')}
      pending={add.isPending}
      disabled={site === undefined}
      onSubmit={submit}
      onCancel={() => void navigate({ to: '/gateways' })}
    >
      <TextInput
        label={t('gateways.name')}
        description={t('gateways.name_what')}
        placeholder={t('gateways.name_example')}
        required
        withAsterisk={false}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('gateways.site')}
        value={site ?? ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={sites.map((each) => ({ value: each.id, label: each.name }))}
      />
      {add.error !== null && <ProblemNotice error={add.error} />}
    </Form>
  );
}
