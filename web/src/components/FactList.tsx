import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '@/components/FactList.module.css';

/** Names and what belongs to each, line by line. Its children are `Fact`s. */
export function FactList({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

interface Props {
  name: string;
  /** A number or a code that is compared sign by sign. */
  mono?: boolean;
  /** It may be so no longer. */
  old?: boolean;
  /** A dash stands for nothing. */
  children: ReactNode;
}

export function Fact({ name, mono = false, old = false, children }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{name}</dt>
      <dd data-mono={mono || undefined} data-old={old || undefined}>
        {isNothing(children) ? '–' : children}
        {old && <small> {t('gateways.facts.old')}</small>}
      </dd>
    </>
  );
}

function isNothing(children: ReactNode): boolean {
  return children === undefined || children === null || children === false || children === '';
}
