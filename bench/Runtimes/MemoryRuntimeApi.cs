using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PhotoLambda.Bench;

/// <summary>
/// The Runtime API for a function within this process, without a socket: the function runs on the thread that invokes
/// it, so that nothing is measured but its own code.
/// </summary>
internal sealed class MemoryRuntimeApi : HttpMessageHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<HttpResponseMessage>? _next;
    private long _answered;
    private string? _answer;

    /// <summary>Done when the function asks for its first event.</summary>
    public Task Asked => _asked.Task;

    /// <returns>From handing the event out to the response being handed in.</returns>
    public TimeSpan Invoke(byte[] payload)
    {
        var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(payload) };
        message.Headers.Add("Lambda-Runtime-Aws-Request-Id", Guid.NewGuid().ToString());
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds();
        message.Headers.Add("Lambda-Runtime-Deadline-Ms", deadline.ToString(CultureInfo.InvariantCulture));
        var next = _next!;
        (_next, _answer) = (null, null);
        var start = Stopwatch.GetTimestamp();
        next.SetResult(message);
        if (_next is null)
        {
            Settle();
        }

        var answer = _answer!;
        return answer.Contains("\"statusCode\":200", StringComparison.Ordinal)
            ? Stopwatch.GetElapsedTime(start, _answered)
            : throw new BenchException($"The function answered {answer}");
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            _next = new TaskCompletionSource<HttpResponseMessage>();
            _asked.TrySetResult();
            return await _next.Task.WaitAsync(cancellationToken);
        }

        _answered = Stopwatch.GetTimestamp();
        _answer = await request.Content!.ReadAsStringAsync(cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.Accepted);
    }

    /// <summary>
    /// The first event may come before the function waits for it, which then answers from a thread of its own; the
    /// next one will find it waiting.
    /// </summary>
    private void Settle()
    {
        if (!SpinWait.SpinUntil(() => _next is not null, Patience))
        {
            throw new BenchException("The function in memory did not answer.");
        }

        Thread.Sleep(1);
    }
}
