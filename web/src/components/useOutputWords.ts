import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectionItem } from '@/api/types';

/** What the line did with the part, in a few words. */
export function useOutputWords(): (output: InspectionItem['output']) => string {
  const { t } = useTranslation();
  return useCallback(
    (output) => {
      if (output === null) return t('output.none');
      if (output.suppressed) return t(`output.would_${output.action}`);
      if (output.ejected) return t('output.ejected');
      if (output.outcome === null) return t(`output.${output.action}`);
      return output.outcome === 'confirmed' ? t(`output.${output.action}ed`) : t(`output.${output.outcome}`);
    },
    [t],
  );
}
