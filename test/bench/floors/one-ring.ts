import { BaseNotificationChannel, toJobId, type JobNotification } from "agenda";

/** Tells Agenda of new jobs, at most once a turn of the event loop however many there are, and lets nobody wait for it. */
export class OneRing extends BaseNotificationChannel {
  private ringing = false;

  connect(): Promise<void> {
    this.setState("connected");
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.handlers.clear();
    this.setState("disconnected");
    return Promise.resolve();
  }

  publish({ jobName }: Pick<JobNotification, "jobName">): Promise<void> {
    if (!this.ringing) setImmediate(() => this.ring(jobName));
    this.ringing = true;
    return Promise.resolve();
  }

  private ring(jobName: string): void {
    this.ringing = false;
    void this.notifyHandlers({ jobId: toJobId(""), jobName, nextRunAt: null, priority: 0, timestamp: new Date() });
  }
}
