using System.Runtime.InteropServices;
using Npgsql;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// Lets requests of one organization that come at the same time share a round trip to the database, where most of what
/// a ticket costs is the same for thirty as for one. Nobody waits to be joined: a request goes at once while fewer
/// than <see cref="TripsAtOnce"/> trips are under way, and those that come meanwhile go together with the next.
/// </summary>
internal sealed class TicketGroups(TicketStore tickets)
{
    // One trip in the database while the other is on its way or being read.
    private const int TripsAtOnce = 2;

    // Trips stay short, and what one of them fails with has few victims.
    private const int MostTogether = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines = [];

    /// <param name="photo">Of a single PUT, without an idempotency key.</param>
    public Task<TicketDecision> IssueAsync(NewPhoto photo, CancellationToken cancellation)
    {
        var waiting = new Waiting(photo);
        Line line;
        lock (_gate)
        {
            line = CollectionsMarshal.GetValueRefOrAddDefault(_lines, photo.Caller.OrganizationId, out _) ??= new Line();
            line.Queue.Enqueue(waiting);
            if (line.Trips == TripsAtOnce)
            {
                return waiting.Decision.WaitAsync(cancellation);
            }

            line.Trips++;
        }

        // The trips of others are no part of this request's trace.
        using (ExecutionContext.SuppressFlow())
        {
            _ = TravelAsync(photo.Caller.OrganizationId, line);
        }

        return waiting.Decision.WaitAsync(cancellation);
    }

    private async Task TravelAsync(string organization, Line line)
    {
        while (Next(organization, line) is { Length: > 0 } group)
        {
            await IssueAsync(group);
        }
    }

    /// <returns>Those that wait, by user, as the database wants them; none: the trips are over.</returns>
    private Waiting[] Next(string organization, Line line)
    {
        lock (_gate)
        {
            var group = new Waiting[Math.Min(line.Queue.Count, MostTogether)];
            for (var i = 0; i < group.Length; i++)
            {
                group[i] = line.Queue.Dequeue();
            }

            if (group.Length == 0 && --line.Trips == 0)
            {
                _lines.Remove(organization);
            }

            // A stable order: a user's photos stay in the order in which they were asked for.
            return group.Length < 2 ? group : [.. group.OrderBy(w => w.Photo.Caller.Subject, StringComparer.Ordinal)];
        }
    }

    private async Task IssueAsync(Waiting[] group)
    {
        try
        {
            var decision = await tickets.IssueAsync(Array.ConvertAll(group, w => w.Photo), CancellationToken.None);
            for (var i = 0; i < group.Length; i++)
            {
                group[i].Decide(new TicketDecision([decision.Outcomes[i]]));
            }
        }
        catch (PostgresException) when (group.Length > 1)
        {
            // One photo that the database refuses, or a deadlock that it resolved, must not take the group along: each
            // goes alone.
            foreach (var waiting in group)
            {
                await IssueAsync([waiting]);
            }
        }
        catch (Exception e)
        {
            // The boundary of a trip: each request answers for itself.
            Array.ForEach(group, w => w.Fail(e));
        }
    }

    private sealed class Line
    {
        public Queue<Waiting> Queue { get; } = [];

        public int Trips { get; set; }
    }

    private sealed class Waiting(NewPhoto photo)
    {
        private readonly TaskCompletionSource<TicketDecision> _decision =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public NewPhoto Photo => photo;

        public Task<TicketDecision> Decision => _decision.Task;

        public void Decide(TicketDecision decision) => _decision.SetResult(decision);

        public void Fail(Exception exception) => _decision.SetException(exception);
    }
}
