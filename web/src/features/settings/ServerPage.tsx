import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ServerSetting } from '@/api/types';
import { DataTable } from '@/components/DataTable';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { serverSettingsQuery } from '@/features/settings/queries';
import classes from '@/features/settings/Page.module.css';

/** What this server runs with. It is read here, and changed where the server is started. */
export function ServerPage() {
  const { t } = useTranslation();
  const list = useQuery(serverSettingsQuery);
  return (
    <>
      <PageHead title={t('server.title')} what={t('server.what')} />
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && <SettingTable settings={list.data.items} />}
    </>
  );
}

function SettingTable({ settings }: { settings: readonly ServerSetting[] }) {
  const { t, i18n } = useTranslation();
  const about = ({ name, description }: ServerSetting) => {
    const key = `server.about.${name}`;
    return i18n.exists(key) ? t(key as 'server.what') : description;
  };
  return (
    <DataTable label={t('server.title')}>
      <thead>
        <tr>
          <th scope="col">{t('server.setting')}</th>
          <th scope="col">{t('server.value')}</th>
          <th scope="col">{t('server.from')}</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <tr key={setting.name}>
            <th scope="row">
              <code>{setting.name}</code>
              <small>{about(setting)}</small>
            </th>
            <td className={classes.value}>{setting.value === '' ? <i>{t('server.empty')}</i> : <code>{setting.value}</code>}</td>
            <td>
              {t(`server.origin.${setting.origin}`)}
              {setting.origin !== 'default' && (
                <small>{setting.default === '' ? t('server.default_empty') : t('server.default', { value: setting.default })}</small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
