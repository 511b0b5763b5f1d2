/** Where a client learns who serves: the route as ZooKeeper last showed it. */
export interface FollowedRoute {
  instance: string;
  epoch: number;
}

/** A primary that was left is asked again after this long, where the route still names it and the standby stays one. */
const RETURN_AFTER_MS = 1_000;

/**
 * Whom the reference client beats (F11–F13): the instance that the route names, until that one's reply is empty; then
 * the other one, until the route names somebody at a higher epoch. Pure: times are handed in.
 */
export class RouteFollower {
  #route: FollowedRoute | undefined;
  #instances: string[] = [];
  #target: string | undefined;
  /** The instance that was left, at which epoch of the route, and when. */
  #left: { instance: string; epoch: number; atMs: number } | undefined;

  get target(): string | undefined {
    return this.#target;
  }

  route(route: FollowedRoute): void {
    if (this.#route && route.epoch < this.#route.epoch) return;
    this.#route = route;
    this.#choose();
  }

  /** An instance's address became known. */
  knows(instance: string): void {
    if (this.#instances.includes(instance)) return;
    this.#instances.push(instance);
    this.#choose();
  }

  /** The reply of `instance` was empty, or it refused: it is left for the other one. */
  gone(instance: string, nowMs: number): void {
    if (instance !== this.#target) return;
    this.#left = { instance, epoch: this.#route?.epoch ?? 0, atMs: nowMs };
    this.#choose();
  }

  /** `instance` answered that it is a standby that is not being promoted. */
  isStandby(instance: string, nowMs: number): void {
    if (instance !== this.#target || !this.#left || nowMs - this.#left.atMs < RETURN_AFTER_MS) return;
    this.#left = undefined;
    this.#choose();
  }

  #choose(): void {
    if (!this.#route) return;
    const { instance: named, epoch } = this.#route;
    if (this.#left && epoch > this.#left.epoch) this.#left = undefined;
    const usable = (instance: string) => this.#instances.includes(instance) && instance !== this.#left?.instance;
    this.#target = usable(named) ? named : (this.#instances.find(usable) ?? this.#target);
  }
}
