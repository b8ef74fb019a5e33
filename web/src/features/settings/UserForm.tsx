import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Grant } from '@/api/types';
import { Form } from '@/components/Form';
import { GrantsEditor } from '@/features/settings/GrantsEditor';

export interface Account {
  name: string;
  grants: Grant[];
}

interface Props {
  /** What the form begins with. */
  account: Account;
  action: string;
  pending: boolean;
  onSubmit: (account: Account) => void;
  onCancel?: () => void;
  /** Said above the buttons: what has become of it. */
  children?: ReactNode;
}

/** Who somebody is, and which roles they have: of a new account and of one that there is. */
export function UserForm({ account, action, pending, onSubmit, onCancel, children }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(account.name);
  const [grants, setGrants] = useState<readonly Grant[]>(account.grants);
  return (
    <Form
      action={action}
      pending={pending}
      onSubmit={() => onSubmit({ name, grants: [...grants] })}
      {...(onCancel === undefined ? {} : { onCancel })}
    >
      <TextInput
        label={t('session.name')}
        required
        withAsterisk={false}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <GrantsEditor grants={grants} onChange={setGrants} />
      {children}
    </Form>
  );
}
