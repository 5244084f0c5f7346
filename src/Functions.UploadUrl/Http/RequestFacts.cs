namespace PhotoLambda.UploadUrl.Http;

/// <summary>What is learnt about a request on its way, for its log line and its metrics.</summary>
internal sealed class RequestFacts
{
    /// <summary>What it was answered with, if with a problem.</summary>
    public ProblemKind? Problem { get; set; }

    public int TicketsIssued { get; set; }
}

internal static class RequestFactsExtensions
{
    /// <summary>Notes how many tickets the answer has; an answer that is made anew is the one that counts.</summary>
    public static void CountTickets(this HttpContext http, int issued)
    {
        if (http.Features.Get<RequestFacts>() is { } facts)
        {
            facts.TicketsIssued = issued;
        }
    }

    public static void Remember(this HttpContext http, ProblemKind problem)
    {
        if (http.Features.Get<RequestFacts>() is { } facts)
        {
            facts.Problem = problem;
        }
    }
}
