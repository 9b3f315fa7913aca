/** Keeps the values made last, up to a number, and makes those that it does not have. */
export class Recent<Key, Value> {
  private readonly values = new Map<Key, Value>();
  private readonly capacity: number;
  private readonly make: (key: Key) => Value;

  constructor(capacity: number, make: (key: Key) => Value) {
    this.capacity = capacity;
    this.make = make;
  }

  get(key: Key): Value {
    const known = this.values.get(key);
    const value = known ?? this.make(key);
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.capacity) this.values.delete(this.values.keys().next().value as Key);
    return value;
  }
}
