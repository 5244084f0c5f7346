using System.Diagnostics;

namespace PhotoLambda.Lambda;

/// <summary>Turns the handlers that a function writes into the one shape that the loop calls.</summary>
internal static class HandlerAdapter
{
    private const int KeptBuffer = 1024 * 1024;
    private static readonly ActivitySource Source = new("PhotoLambda.Lambda");

    public static InvocationHandler Adapt<TInput, TOutput>(
        Func<TInput, ILambdaContext, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        WithOutput(async (invocation, output) =>
        {
            var input = serializer.Deserialize<TInput>(new MemoryStream(invocation.Payload, writable: false));
            serializer.Serialize(await handler(input, invocation.Context), output);
        });

    public static InvocationHandler Adapt<TInput>(
        Func<TInput, ILambdaContext, Task> handler, ILambdaSerializer serializer) =>
        WithOutput((invocation, _) => handler(
            serializer.Deserialize<TInput>(new MemoryStream(invocation.Payload, writable: false)), invocation.Context));

    public static InvocationHandler Adapt(Func<Stream, ILambdaContext, Task<Stream>> handler) =>
        WithOutput(async (invocation, output) =>
        {
            await using var result =
                await handler(new MemoryStream(invocation.Payload, writable: false), invocation.Context);
            await result.CopyToAsync(output);
        });

    private static InvocationHandler WithOutput(Func<Invocation, MemoryStream, Task> handler)
    {
        var output = new MemoryStream();
        return async invocation =>
        {
            output = output.Capacity > KeptBuffer ? new MemoryStream() : output;
            output.SetLength(0);
            using var activity = StartActivity(invocation);
            await handler(invocation, output);
            return output.GetBuffer().AsMemory(0, (int)output.Length);
        };
    }

    /// <summary>
    /// Makes the trace of the host the one that everything in the handler belongs to, also when nobody listens:
    /// the ids still go into messages and outgoing requests.
    /// </summary>
    private static Activity? StartActivity(Invocation invocation)
    {
        if (!XRayTrace.TryParse(invocation.Headers.TraceId, out var parent))
        {
            return Source.StartActivity("invoke", ActivityKind.Consumer);
        }

        return Source.StartActivity("invoke", ActivityKind.Consumer, parent)
            ?? new Activity("invoke").SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
    }
}
