import type { CatalogueSection } from './catalogue.ts';

export const failover: CatalogueSection = {
  'zh-CN': {},
  en: {},
};
