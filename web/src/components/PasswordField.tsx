import '@mantine/core/styles/PasswordInput.layer.css';
import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  label: string;
  /** A new password is offered to the browser's store and shows its rule; a current one is asked from the store. */
  fresh: boolean;
  value: string;
  onChange: (password: string) => void;
  name?: string;
}

export function PasswordField({ label, fresh, value, onChange, name }: Props) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      {...(fresh ? { description: t('session.password_rule') } : {})}
      {...(name === undefined ? {} : { name })}
      autoComplete={fresh ? 'new-password' : 'current-password'}
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': t('session.show_password'), tabIndex: 0 }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
