// How an instance comes to hold an epoch and lets go of it: claims, promotion by a console or by itself, and what each is
// judged by. The judgements are pure; `Leadership` carries them out.
export { type ClaimFacts, decideClaim } from './claim.ts';
export { Leadership } from './leadership.ts';
export { namesSelf } from './own-route.ts';
export {
  judgePromotion,
  judgeRoute,
  type PromotionFacts,
  type PromotionRequest,
  type PromotionVerdict,
} from './promotion.ts';
export { judgeSelfPromotion, SelfPromotion, type SelfPromotionFacts } from './self-promotion.ts';
export { endedByNext } from './switchover-end.ts';
