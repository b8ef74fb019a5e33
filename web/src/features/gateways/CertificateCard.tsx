import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import { Card } from '@/components/Card';
import { Fact, FactList } from '@/components/FactList';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { certificatesQuery } from '@/features/gateways/queries';
import { dateAndTime, day } from '@/lib/time';
import classes from '@/features/gateways/Facts.module.css';

/** What the gateway proves itself with, and how often it was renewed. */
export function CertificateCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const list = useQuery(certificatesQuery(gateway.id));
  const certificates = list.data?.items ?? [];
  const { certificate } = gateway;
  if (certificate === null) return null;
  return (
    <Card title={t('gateways.certificate.title')}>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      <FactList>
        <Fact name={t('gateways.certificate.state')}>{t(`gateways.certificate.is.${certificate.state}`)}</Fact>
        <Fact name={t('gateways.certificate.until')}>
          {t('gateways.certificate.span', { from: day(face, certificate.not_before), until: day(face, certificate.not_after) })}
        </Fact>
        <Fact name={t('gateways.certificate.serial')} mono>
          {certificate.serial || t('gateways.certificate.no_serial')}
        </Fact>
        <Fact name={t('gateways.certificate.fingerprint')} mono>
          {certificate.fingerprint}
        </Fact>
        <Fact name={t('gateways.certificate.renewals')}>
          {t('gateways.certificate.renewed', { count: Math.max(0, certificates.length - 1) })}
        </Fact>
      </FactList>
      {certificates.length > 1 && (
        <details className={classes.more}>
          <summary>{t('gateways.certificate.all')}</summary>
          <ul className={classes.rows}>
            {certificates.map((each) => (
              <li key={each.fingerprint}>
                {each.issued_at === null ? '–' : dateAndTime(face, each.issued_at)}
                <small className={classes.mono}>{each.serial || each.fingerprint}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}
