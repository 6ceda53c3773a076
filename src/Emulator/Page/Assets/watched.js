// One invocation as the feed tells it, from its beginning to its end.

export class Watched {
  constructor(id, onChange) {
    this.id = id;
    this.onChange = onChange;
    this.reset();
    this.source = new EventSource(`/api/invocations/${encodeURIComponent(id)}/feed`);
    // After a broken connection the feed tells everything again.
    this.source.addEventListener('open', () => this.reset());
    this.on('invocation', data => { this.info = data; });
    this.on('chunks', data => this.chunks.splice(data.first, this.chunks.length, ...data.chunks));
    this.on('log', data => this.lines.splice(data.first, this.lines.length, ...data.lines));
    this.on('end', () => {
      this.isOver = true;
      this.source.close();
    });
    this.source.addEventListener('error', () => {
      // The invocation is not there any more.
      if (this.source.readyState === EventSource.CLOSED && !this.info) {
        this.isGone = true;
        this.onChange();
      }
    });
  }

  reset() {
    this.info = undefined;
    this.chunks = [];
    this.lines = [];
    this.isOver = false;
    this.isGone = false;
  }

  on(name, take) {
    this.source.addEventListener(name, event => {
      take(JSON.parse(event.data));
      this.onChange();
    });
  }

  // The time that is shown: until now, or until everything was said.
  get end() {
    if (!this.info) return 1;
    if (this.info.ended !== undefined || this.isOver) return this.info.ended ?? this.info.lastByte ?? 1;
    return Math.max(this.info.lastByte ?? 0, Date.now() - Date.parse(this.info.begun));
  }

  // The body's bytes after status and headers.
  *bodyPieces(bytesOf) {
    let prelude = this.info.preludeLength;
    for (const chunk of this.chunks) {
      const piece = bytesOf(chunk);
      if (prelude >= chunk.size) {
        prelude -= chunk.size;
        continue;
      }
      yield [chunk, piece.subarray(prelude)];
      prelude = 0;
    }
  }

  close() {
    this.source.close();
  }
}
