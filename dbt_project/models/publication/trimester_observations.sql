{{ config(alias='observations', indexes=[
    {'columns': ['period', 'institution', 'indicator', 'component', 'breakdown', 'category'], 'unique': true}
]) }}

{{ observations('trimester') }}
