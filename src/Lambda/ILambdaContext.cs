namespace PhotoLambda.Lambda;

public interface ILambdaContext
{
    string AwsRequestId { get; }
}
