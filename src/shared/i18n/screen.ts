import { screenEnglish } from './screen-en.ts';
import { screenPolicyChinese, screenPolicyEnglish } from './screen-policy.ts';
import { screenChinese } from './screen-zh.ts';
import type { CatalogueSection } from './section.ts';

/** Every key that the screen itself says. */
export type ScreenKey = keyof typeof screenEnglish | keyof typeof screenPolicyEnglish;

/** What the screen says by itself: titles, labels, explanations. */
export const screen: CatalogueSection = { 'zh-CN': screenChinese, en: screenEnglish };
/** The policy's part of it. */
export const screenPolicy: CatalogueSection = { 'zh-CN': screenPolicyChinese, en: screenPolicyEnglish };
